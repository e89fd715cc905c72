// The `heddle` command as the ranks of an MPI job.  It names no model: those that are linked
// register themselves.
#include <mpi.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/checker/command.hpp>
#include <heddle/checker/mpi/ranks.hpp>
#include <heddle/checker/options.hpp>
#include <heddle/checker/progress.hpp>
#include <heddle/checker/run_models.hpp>

namespace {

bool names_output(std::string_view word) { return word == "json" || word == "report"; }

// Files are rank 0's to write: for the others, without what names them.
std::vector<std::string> without_output(const std::vector<std::string>& arguments) {
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const bool option = word.rfind("--", 0) == 0;
    const std::size_t equals = word.find('=');
    if (option && names_output(std::string_view(word).substr(2, equals - 2))) {
      if (equals == word.npos) ++i;
      continue;
    }
    rest.push_back(word);
  }
  return rest;
}

void forget_output_of_environment() {
  const char* const text = std::getenv("HEDDLE_PARAMS");
  if (text == nullptr) return;
  std::istringstream words(text);
  std::string word, rest;
  while (words >> word) {
    if (!names_output(std::string_view(word).substr(0, word.find('=')))) rest += word + ' ';
  }
  ::setenv("HEDDLE_PARAMS", rest.c_str(), 1);
}

// Other ranks would wait for one that has ended the process.
void abort_unless_finalized() {
  int done = 0;
  ::MPI_Finalized(&done);
  if (done == 0) ::MPI_Abort(MPI_COMM_WORLD, heddle::exit_usage);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  ::MPI_Init(&argc, &argv);
  static_cast<void>(std::atexit(abort_unless_finalized));
  int rank = 0;
  ::MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  heddle::detail::set_several(heddle::detail::search_by_ranks);
  if (argc > 0) heddle::set_command_name(argv[0]);
  std::vector<std::string> arguments{argv + (argc > 0 ? 1 : 0), argv + argc};
  std::ostream silent(nullptr);
  int code = 0;
  if (rank == 0) {
    code = heddle::command(arguments, {std::cout, std::cerr, heddle::stderr_is_terminal()});
  } else {
    forget_output_of_environment();
    static_cast<void>(heddle::command(without_output(arguments), {silent, silent, false}));
  }
  ::MPI_Finalize();
  return code;
}
