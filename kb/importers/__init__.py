"""What is written elsewhere, as facts of cases: health records in FHIR R4.

```
file, folder -> bundle.py        the resources, each with its place (json_values.py), and what cannot be read
             -> screening.py     those that may be read
             -> requests.py      whom and what is asked for: a case for each patient of a request
             -> mapping.py       each resource of a case by its type: patient.py, disease.py, treatment.py, questionnaire.py
             -> writing.py       a case file; what is not mapped
concepts.py   codes and names as a vocabulary reads them    dates.py   dates that may be given to the year only
facts.py      what a mapping yields                        validation.py   the check of `--validate`
```

Nothing is guessed: what a chart does not say in a way that a case can state is listed with its place and the reason.
"""
