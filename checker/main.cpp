// The `heddle` command.  It names no model: those that are linked register themselves.
#include <csignal>
#include <iostream>

#include <heddle/checker/command.hpp>
#include <heddle/checker/progress.hpp>

int main(int argc, char** argv) {
  // A reader that has left is a failed write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  return heddle::command({argv + 1, argv + argc},
                         {std::cout, std::cerr, heddle::stderr_is_terminal()});
}
