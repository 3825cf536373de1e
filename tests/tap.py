"""Test points in TAP, for the scripts that are tests."""


def report(points):
    """Prints (name, problem) pairs, a problem being None or what is wrong; gives the exit status."""
    print("1..%d" % len(points))
    for number, (name, problem) in enumerate(points, 1):
        print("%sok %d - %s" % ("not " if problem else "", number, name))
        if problem:
            print("# " + problem)
    return 1 if any(problem for _, problem in points) else 0
