"""By what the outbox and the list of jobs know an event's mails."""

JOB = "conferences.send"
OCCASION = "invitation:"
