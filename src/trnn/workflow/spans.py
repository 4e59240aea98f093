"""Spans of time in words, as people say them."""


def span(seconds: float) -> str:
    """Return a span of time with its two largest units: 45 s, 7 min 9 s, 2 h 5 min."""
    whole = max(round(seconds), 0)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
