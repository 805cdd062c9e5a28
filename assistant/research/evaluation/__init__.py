"""Which model to use on this box: five kinds of tasks, scored in code, told with how sure the figures are."""
