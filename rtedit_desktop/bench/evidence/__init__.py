"""Measurements of what the paper claims, on a pack: ``rtedit bench evidence``.

``encoding``: stochastic against deterministic over t0; ``estimates``: the one-step estimate while an edit is learned;
``blur``: the direction against blur; ``decoding``: the number of steps; ``preference``: win rates by a judge that did
not guide. ``record`` keeps every figure in a file, so that a run goes on where it was stopped; ``page`` and ``plots``
show them. ``subject`` is what is measured on, ``metrics`` what with.
"""
