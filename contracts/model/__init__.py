"""A model of the deployment, and random sequences of calls that are held against it.

`reference` is the model: what is known of each job, and what may be answered next. hypothesis makes
up the sequences and shortens the one that breaks the model's word. The law itself (MODEL-01) stands
in `contracts.laws.model`; nothing here gives a verdict or knows another law.
"""
