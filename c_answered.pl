% The case c with the answers of an interview.

request(c, selinexor, initial, 2024-09-03).

% Is the drug requested for [condition]?
indication(c, multiple_myeloma).  % said by the reviewer on 2026-11-29

% When was the patient born?
birth_date(c, 1960-02-29).  % said by the reviewer on 2026-11-29

% Was [agent] part of prior line [line] of systemic therapy?
prior_therapy(c, 1, velcade).  % said by the reviewer on 2026-11-29
prior_therapy(c, 1, dexamethasone).  % said by the reviewer on 2026-11-29
prior_therapy(c, 2, revlimid).  % said by the reviewer on 2026-11-29

% Will dexamethasone be given together with the requested drug?
combination(c, dexamethasone).  % said by the reviewer on 2026-11-29
