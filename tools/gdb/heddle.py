"""For gdb: `source tools/gdb/heddle.py`, then `heddle threads` lists the threads of the execution
that heddle is running, each with what it has announced, and with its stack if asked:

    heddle threads        the threads
    heddle threads bt     and their stacks
    heddle bt N           the stack of one of them

On x86-64 and AArch64, where Boost.Context keeps registers as its assembly says.
"""
import gdb

# What jump_fcontext leaves on the stack of a fiber: registers and where they lie.
LAYOUTS = {
    "i386:x86-64": ([("r12", 8), ("r13", 16), ("r14", 24), ("r15", 32), ("rbx", 40), ("rbp", 48)],
                    ("rip", 56), "rsp", 64),
    "aarch64": ([(f"x{19 + i}", 64 + 8 * i) for i in range(10)] + [("x29", 144), ("x30", 152)],
                ("pc", 160), "sp", 176),
}


def engine():
    try:
        found = gdb.parse_and_eval("'heddle::running_engine'")
    except gdb.error:
        raise gdb.GdbError("heddle: no types here; compile heddle with -g, not -g1") from None
    if int(found) == 0:
        raise gdb.GdbError("heddle: no execution is running in this thread")
    return found.dereference()


def threads(of):
    first = of["threads_"]["_M_impl"]["_M_start"]
    return [(first + i).dereference() for i in range(int(of["count_"]))]


def text_of(number, thread, current):
    if thread["finished"]:
        return f"  {number}  has ended"
    where = thread["pending"]["where"]
    file = where["file"].string().rsplit("/", 1)[-1] if int(where["file"]) else "?"
    kind = str(thread["pending"]["kind"]).rsplit("::", 1)[-1]
    state = "runs" if number == current else "sleeps" if int(thread["sleeps"]) else "is ready"
    mark = "*" if number == current else " "
    return f"{mark} {number}  {state}, {kind} at {file}:{where['line']}"


def backtrace(number, thread, current):
    if thread["finished"]:
        return
    if number == current:
        gdb.execute("bt")
        return
    layout = LAYOUTS.get(gdb.selected_frame().architecture().name())
    if layout is None:
        raise gdb.GdbError("heddle: unknown layout of fibers on this architecture")
    context = int(thread["flow"]["context_"])
    registers, pc, sp, size = layout
    word = gdb.lookup_type("unsigned long").pointer()
    at = lambda offset: int(gdb.Value(context + offset).cast(word).dereference())
    names = [name for name, _ in registers] + [pc[0], sp]
    saved = {name: int(gdb.parse_and_eval(f"(unsigned long)${name}")) for name in names}
    try:
        for name, offset in registers:
            gdb.execute(f"set ${name} = {at(offset)}")
        gdb.execute(f"set ${sp} = {context + size}")
        gdb.execute(f"set ${pc[0]} = {at(pc[1])}")
        gdb.execute("bt")
    finally:
        for name in [sp] + names:
            gdb.execute(f"set ${name} = {saved[name]}")


class Heddle(gdb.Command):
    """Threads of the execution that heddle is running: heddle threads [bt], heddle bt N."""

    def __init__(self):
        super().__init__("heddle", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        words = argument.split()
        of = engine()
        current = int(of["current_"])
        all_threads = threads(of)
        if words[:1] == ["threads"] and words[1:] in ([], ["bt"]):
            for number, thread in enumerate(all_threads):
                print(text_of(number, thread, current))
                if words[1:]:
                    backtrace(number, thread, current)
        elif words[:1] == ["bt"] and len(words) == 2 and words[1].isdigit() \
                and int(words[1]) < len(all_threads):
            backtrace(int(words[1]), all_threads[int(words[1])], current)
        else:
            raise gdb.GdbError("usage: heddle threads [bt] | heddle bt N")


Heddle()
