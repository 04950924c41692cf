% Responses to treatment, states of a disease, sexes, what is monitored and kinds of request, with the names that people
% write for them. Names are compared as those of agents are, without regard to case, blanks and hyphens.

% Responses: those of the International Myeloma Working Group, which the Lugano classification of lymphoma shares in part,
% and those of the latter by the scan that they rest on.
:- vocabulary(response, known_response/1).
:- pred known_response(Response: response) :: '@(Response) is a response that is recognised'.
:- cite(known_response/1, 'IMWG response criteria (Lancet Oncol 2016; 17: e328); Lugano classification (J Clin Oncol 2014; 32: 3059)').

known_response(stringent_complete_response).
known_response(complete_response).
known_response(very_good_partial_response).
known_response(partial_response).
known_response(minimal_response).
known_response(stable_disease).
known_response(progressive_disease).
known_response(near_complete_response).
known_response(complete_metabolic_response).
known_response(partial_metabolic_response).
known_response(no_metabolic_response).
known_response(progressive_metabolic_disease).

% No response is left out: older criteria of myeloma mean stable disease by it, charts progressive disease as well. So is
% NR, which may also be "not reached" or "not recorded", and NED, "no evidence of disease", which is no response
% criterion.
:- also_called(response, response_name/2).
:- pred response_name(Name: name, Response: response) :: '"@(Name)" is a name for @(Response)'.
:- cite(response_name/2, 'IMWG response criteria (Lancet Oncol 2016; 17: e328); Lugano classification (J Clin Oncol 2014; 32: 3059)').

response_name(sCR, stringent_complete_response).
response_name('stringent CR', stringent_complete_response).
response_name('stringent complete remission', stringent_complete_response).
response_name('CR', complete_response).
response_name('complete remission', complete_response).
response_name('complete hematologic response', complete_response).
response_name('CRu', complete_response).
response_name('MRD-negative CR', complete_response).
response_name('VGPR', very_good_partial_response).
response_name('very good PR', very_good_partial_response).
response_name('very good partial remission', very_good_partial_response).
response_name('PR', partial_response).
response_name('partial remission', partial_response).
response_name('MR', minimal_response).
response_name('minor response', minimal_response).
response_name('SD', stable_disease).
response_name('stable', stable_disease).
response_name('PD', progressive_disease).
response_name('progressive', progressive_disease).
response_name('progression', progressive_disease).
response_name('disease progression', progressive_disease).
response_name('progression of disease', progressive_disease).
response_name('POD', progressive_disease).
response_name('nCR', near_complete_response).
response_name('near CR', near_complete_response).
response_name('CMR', complete_metabolic_response).
response_name('complete metabolic remission', complete_metabolic_response).
response_name('PMR', partial_metabolic_response).
response_name('partial metabolic remission', partial_metabolic_response).
response_name('NMR', no_metabolic_response).
response_name('PMD', progressive_metabolic_disease).

% States of a disease.
:- vocabulary(disease_status, known_status/1).
:- pred known_status(Status: disease_status) :: '@(Status) is a state of a disease that is recognised'.
:- cite(known_status/1, 'IMWG consensus (Blood 2011; 117: 4691); Lugano classification (J Clin Oncol 2014; 32: 3059)').

known_status(relapsed).
known_status(refractory).
known_status(relapsed_or_refractory).
known_status(newly_diagnosed).
known_status(in_remission).

% A name that stands for both, "relapsed and refractory" among them, is one of a state of its own. Stable and progressive
% are left out: they are responses, and do not say whether the disease is relapsed.
:- also_called(disease_status, status_name/2).
:- pred status_name(Name: name, Status: disease_status) :: '"@(Name)" is a name for @(Status)'.
:- cite(status_name/2, 'IMWG consensus (Blood 2011; 117: 4691); usual abbreviations of charts').

status_name(relapse, relapsed).
status_name('in relapse', relapsed).
status_name('relapsed disease', relapsed).
status_name(relapsing, relapsed).
status_name(recurrent, relapsed).
status_name(recurrence, relapsed).
status_name('refractory disease', refractory).
status_name('primary refractory', refractory).
status_name('primary-refractory disease', refractory).
status_name('R/R', relapsed_or_refractory).
status_name('rel/ref', relapsed_or_refractory).
status_name('relapsed/refractory', relapsed_or_refractory).
status_name('relapsed and refractory', relapsed_or_refractory).
status_name('relapsed and/or refractory', relapsed_or_refractory).
status_name('relapsed or refractory disease', relapsed_or_refractory).
status_name('new diagnosis', newly_diagnosed).
status_name('ND', newly_diagnosed).
status_name('untreated', newly_diagnosed).
status_name('treatment-naive', newly_diagnosed).
status_name('remission', in_remission).

% Sexes.
:- vocabulary(sex, known_sex/1).
:- pred known_sex(Sex: sex) :: '@(Sex) is a sex that is recognised'.
:- cite(known_sex/1, 'Prior-Approval Requirements / AND ALL / c, d').

known_sex(female).
known_sex(male).

:- also_called(sex, sex_name/2).
:- pred sex_name(Name: name, Sex: sex) :: '"@(Name)" is a name for @(Sex)'.
:- cite(sex_name/2, 'usual abbreviations of charts').

sex_name('F', female).
sex_name(fem, female).
sex_name(woman, female).
sex_name('M', male).
sex_name(man, male).

% What is monitored.
:- vocabulary(monitored, known_monitored/1).
:- pred known_monitored(What: monitored) :: '@(What) is a thing to monitor that is recognised'.
:- cite(known_monitored/1, 'Prior-Approval Requirements / AND ALL / b').

known_monitored(complete_blood_count).
known_monitored(blood_chemistry).
known_monitored(body_weight).

:- also_called(monitored, monitored_name/2).
:- pred monitored_name(Name: name, What: monitored) :: '"@(Name)" is a name for @(What)'.
:- cite(monitored_name/2, 'usual names of laboratory panels').

monitored_name('CBC', complete_blood_count).
monitored_name('CBC with diff', complete_blood_count).
monitored_name('CBC with differential', complete_blood_count).
monitored_name('CBC w/ diff', complete_blood_count).
monitored_name('CBC/diff', complete_blood_count).
monitored_name('CBCD', complete_blood_count).
monitored_name('complete blood count with differential', complete_blood_count).
monitored_name('complete blood counts', complete_blood_count).
monitored_name('full blood count', complete_blood_count).
monitored_name('FBC', complete_blood_count).
monitored_name('blood count', complete_blood_count).
monitored_name('blood counts', complete_blood_count).
monitored_name('CMP', blood_chemistry).
monitored_name('BMP', blood_chemistry).
monitored_name('comprehensive metabolic panel', blood_chemistry).
monitored_name('basic metabolic panel', blood_chemistry).
monitored_name('metabolic panel', blood_chemistry).
monitored_name('chemistry panel', blood_chemistry).
monitored_name('chemistry', blood_chemistry).
monitored_name('chemistries', blood_chemistry).
monitored_name('blood chemistries', blood_chemistry).
monitored_name('standard blood chemistry', blood_chemistry).
monitored_name('standard blood chemistries', blood_chemistry).
monitored_name('serum chemistry', blood_chemistry).
monitored_name('serum chemistries', blood_chemistry).
monitored_name('chem panel', blood_chemistry).
monitored_name('Chem-7', blood_chemistry).
monitored_name('weight', body_weight).
monitored_name('body weights', body_weight).
monitored_name('wt', body_weight).

% Kinds of request. Prior authorization and approval are left out: both kinds of request ask for one.
:- vocabulary(request_kind, known_request_kind/1).
:- pred known_request_kind(Kind: request_kind) :: 'requests of the kind @(Kind) are recognised'.
:- cite(known_request_kind/1, 'Prior-Approval Requirements').
:- cite(known_request_kind/1, 'Prior-Approval Renewal Requirements').

known_request_kind(initial).
known_request_kind(renewal).

:- also_called(request_kind, request_kind_name/2).
:- pred request_kind_name(Name: name, Kind: request_kind) :: '"@(Name)" is a name for @(Kind)'.
:- cite(request_kind_name/2, 'usual names of requests').

request_kind_name('initial request', initial).
request_kind_name('initial authorization', initial).
request_kind_name('initial approval', initial).
request_kind_name(new, initial).
request_kind_name('new request', initial).
request_kind_name('new start', initial).
request_kind_name('first request', initial).
request_kind_name('renewal request', renewal).
request_kind_name('prior approval renewal', renewal).
request_kind_name(renew, renewal).
request_kind_name('re-authorization', renewal).
request_kind_name('re-authorisation', renewal).
request_kind_name('re-auth', renewal).
request_kind_name('re-approval', renewal).
request_kind_name(recertification, renewal).
request_kind_name(continuation, renewal).
request_kind_name('continuation of therapy', renewal).
request_kind_name('continued therapy', renewal).
