"""Every address of calls and applications, by every role and in every state: who gets in, and what stays hidden."""
