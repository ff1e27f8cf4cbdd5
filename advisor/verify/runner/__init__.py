"""Every model runs in a process of its own, with limits, without network, and may die without harm to the rest."""
