// tidy ROOT: checks every source file of the project below ROOT, prints one line for each
// complaint, and ends with 1 if there was any.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <heddle/tools/tidy_rules.hpp>

namespace {

namespace fs = std::filesystem;

bool is_checked(const fs::path& file) {
  constexpr std::array<std::string_view, 8> endings = {".cpp", ".hpp",  ".cmake", ".md",
                                                       ".txt", ".json", ".sh",    ".py"};
  const std::string ending = file.extension().string();
  return std::find(endings.begin(), endings.end(), ending) != endings.end() ||
         file.filename() == "bootstrap" || file.parent_path().filename() == ".ci";
}

// Build trees and what version control keeps are not part of the project.
bool is_foreign(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.starts_with("build") || (name.starts_with(".") && name != ".ci");
}

std::vector<fs::path> files_below(const fs::path& root) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(root), end; at != end; ++at) {
    if (at->is_directory() && is_foreign(at->path())) at.disable_recursion_pending();
    if (at->is_regular_file() && is_checked(at->path())) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !fs::is_directory(argv[1])) {
    std::cerr << "usage: tidy ROOT\n";
    return 2;
  }
  const fs::path root = argv[1];
  const std::vector<fs::path> files = files_below(root);
  std::size_t count = 0;
  for (const fs::path& file : files) {
    const std::string path = file.lexically_relative(root).generic_string();
    for (const auto& complaint : heddle::tidy::check_file(path, read(file))) {
      std::cout << path << ':' << complaint.line << ": " << complaint.what << '\n';
      ++count;
    }
  }
  std::cout << "tidy: " << files.size() << " files, " << count << " complaints\n";
  return count == 0 && !files.empty() ? 0 : 1;
}
