"""Reading public data into facts a person can confirm: no database, no network, no workflow.

`imports.agreement.read_agreements` is the way in for the register of agreements,
`imports.municipalities.read_municipalities` for the list of hromadas.
"""
