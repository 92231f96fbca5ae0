"""The doors for systems. Each renders the same `Answer`; none holds a rule of its own."""
