"""Paths in commands of Vim and Neovim: a folder may have blanks, commas and quotation marks in its name."""


def text(path):
    """A literal of Vim script."""
    return "'%s'" % str(path).replace("'", "''")


def first_in_runtimepath(folder):
    """The command that has scripts looked for in the folder first."""
    return "let &runtimepath = escape(%s, '\\, ') . ',' . &runtimepath" % text(folder)


def command(word, path):
    """edit PATH, luafile PATH."""
    return "execute '%s ' . fnameescape(%s)" % (word, text(path))
