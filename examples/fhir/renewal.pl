% renewal.json, Patient/ana, as imported.
% 3 thing(s) in the chart are not mapped; the import lists them.

:- source('Bundle.entry[0].resource.item[0].extension[1].value', by('Example Oncology'), on(2024-09-03)).
request(ana, selinexor, renewal, 2024-09-03). % "Xpovio"

:- source('Bundle.entry[1].resource.birthDate').
birth_date(ana, 1958-11-23).

:- source('Bundle.entry[1].resource.gender').
sex(ana, female).

:- source('Bundle.entry[14].resource.item[0].answer[0]', by('Jo Hall'), on(2024-09-03)).
-reproductive_potential(ana).

:- source('Bundle.entry[4].resource.code', by('Jo Hall'), on(2023-10-02)).
indication(ana, 'C90.02'). % ICD-10-CM C90.02 "Multiple myeloma in relapse"

:- source('Bundle.entry[0].resource.use', by('Example Oncology'), on(2024-09-03)).
review_type(ana, pre_service).

:- source('Bundle.entry[0].resource.priority', by('Example Oncology'), on(2024-09-03)).
urgency(ana, standard).

:- source('Bundle.entry[2].resource.subscriberId').
member_id(ana, "M-20418").

:- source('Bundle.entry[11].resource.requester', by('Jo Hall'), on(2024-09-02)).
prescriber(ana, "Jo Hall").

:- source('Bundle.entry[7].resource.medication', by('Jo Hall'), on(2021-03-01)).
prior_therapy(ana, 1, lenalidomide). % RxNorm 342369 "Lenalidomide"

:- source('Bundle.entry[8].resource.medication', on(2021-03-01)).
prior_therapy(ana, 1, dexamethasone).

:- source('Bundle.entry[12].resource.medication', by('Jo Hall'), on(2024-09-02)).
combination(ana, bortezomib). % "Velcade"

:- source('Bundle.entry[13].resource.medication', by('Jo Hall'), on(2024-09-02)).
combination(ana, dexamethasone).

:- source('Bundle.entry[14].resource.item[3].answer[0]', by('Jo Hall'), on(2024-09-03)).
prophylaxis(ana, ondansetron). % "Zofran"

:- source('Bundle.entry[14].resource.item[4].answer[0]', by('Jo Hall'), on(2024-09-03)).
agrees_to_monitor(ana, complete_blood_count). % "CBC"

:- source('Bundle.entry[14].resource.item[4].answer[1]', by('Jo Hall'), on(2024-09-03)).
agrees_to_monitor(ana, blood_chemistry). % "CMP"

:- source('Bundle.entry[14].resource.item[4].answer[2]', by('Jo Hall'), on(2024-09-03)).
agrees_to_monitor(ana, body_weight). % "weight"

:- source('Bundle.entry[14].resource.item[1].answer[0]', by('Jo Hall'), on(2024-09-03)).
-disease_progression(ana).

:- source('Bundle.entry[14].resource.item[2].answer[0]', by('Jo Hall'), on(2024-09-03)).
-unacceptable_toxicity(ana).

:- source('Bundle.entry[11].resource.dosageInstruction[0]', by('Jo Hall'), on(2024-09-02)).
regimen(ana, 100, 1).

:- source('Bundle.entry[10].resource.ingredient[0].strength', by('Jo Hall'), on(2024-09-02)).
tablet(ana, 20).

:- source('Bundle.entry[11].resource.dispenseRequest', by('Jo Hall'), on(2024-09-02)).
quantity(ana, 60, 84). % 60 tablets for 84 days
