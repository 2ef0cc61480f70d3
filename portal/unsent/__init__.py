"""What somebody typed into a form and has not sent yet: kept by itself while they write, for that person alone.

Table: `unsent_form`. No record of any feature: it counts nowhere, nobody else sees it, no audit entry is made of it
(nothing was done yet), and it goes when the form is sent, is thrown away, or lies untouched for a month.
Extension point: `extension.editions`, which edition of a record a form writes at.
"""
