"""Lead indicators of the topics: the form that changes them and what other numbers would come to."""
