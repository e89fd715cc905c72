// The `heddle` command.  It names no model: those that are linked register themselves.
#include <csignal>
#include <iostream>

#include <heddle/checker/command.hpp>
#include <heddle/checker/progress.hpp>
#include <heddle/checker/run_models.hpp>

int main(int argc, char** argv) {
  // A reader that has left is a failed write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  if (argc > 0) heddle::set_command_name(argv[0]);
  return heddle::command({argv + (argc > 0 ? 1 : 0), argv + argc},
                         {std::cout, std::cerr, heddle::stderr_is_terminal()});
}
