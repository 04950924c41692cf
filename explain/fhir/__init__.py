"""FHIR R4 of what Priorlog finds out: what it asks, as a Questionnaire, and what a review says, as a ClaimResponse.

interview -> questionnaire.py    what could still be asked: an item for each, by the link ids that kb/importers reads
answers   -> responses.py        a QuestionnaireResponse as answers of an interview
review    -> claim_response.py   approved or pended, with what is missing as a Task; never denied
resources.py   the parts of resources that these write, as values
"""
