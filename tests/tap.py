"""Test points in TAP, for the scripts that are tests."""


def report(points):
    """Prints (name, problem) pairs, a problem being None or what is wrong; gives the exit status.

    A name is one line whatever is in it, and every line of a problem is a comment: readers of TAP take nothing else.
    """
    print("1..%d" % len(points))
    for number, (name, problem) in enumerate(points, 1):
        print("%sok %d - %s" % ("not " if problem else "", number, " ".join(name.split())))
        for line in (problem or "").splitlines():
            print("# " + line.removeprefix("# "))
    return 1 if any(problem for _, problem in points) else 0
