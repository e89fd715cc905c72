#include <string>
#include <string_view>

#include <heddle/tools/tidy_rules.hpp>

#include <boost/test/unit_test.hpp>

namespace {

// The complaints about a file as lines "number: what".
std::string complaints(std::string_view path, const std::string& text) {
  std::string result;
  for (const auto& complaint : heddle::tidy::check_file(path, text)) {
    result += std::to_string(complaint.line) + ": " + complaint.what + "\n";
  }
  return result;
}

std::string repeat(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

std::string header(const std::string& text) { return "#pragma once\n" + text; }

std::string include(std::string_view target) {
  return "#include <heddle/" + std::string(target) + ">\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tidy_rules)

BOOST_AUTO_TEST_CASE(clean_files_have_no_complaints) {
  BOOST_TEST(complaints("sync/x.hpp", header("namespace heddle {\nint f();\n}\n")) == "");
  BOOST_TEST(complaints("docs/x.md", "# Title\n\nText.\n") == "");
}

BOOST_AUTO_TEST_CASE(a_line_has_at_most_100_columns) {
  BOOST_TEST(complaints("sync/x.cpp", repeat("x", 100) + "\n") == "");
  BOOST_TEST(complaints("sync/x.cpp", repeat("x", 101) + "\n") == "1: 101 columns, at most 100\n");
}

BOOST_AUTO_TEST_CASE(a_letter_of_two_bytes_is_one_column) {
  BOOST_TEST(complaints("sync/x.cpp", "// " + repeat("\xC3\xA4", 97) + "\n") == "");
  BOOST_TEST(complaints("sync/x.cpp", "// " + repeat("\xC3\xA4", 98) + "\n") ==
             "1: 101 columns, at most 100\n");
}

BOOST_AUTO_TEST_CASE(white_space_is_plain) {
  BOOST_TEST(complaints("sync/x.cpp", "int a; \n\tint b;\n") == "1: trailing space\n2: tab\n");
  BOOST_TEST(complaints("sync/x.cpp", "int a;\r\n") == "1: trailing space\n");
  BOOST_TEST(complaints("sync/x.cpp", "int a;") == "1: no newline at the end\n");
  BOOST_TEST(complaints("sync/x.cpp", "int a;\n\n") == "2: empty line at the end\n");
}

BOOST_AUTO_TEST_CASE(a_file_has_at_most_400_lines) {
  BOOST_TEST(complaints("sync/x.cpp", repeat("int a;\n", 400)) == "");
  BOOST_TEST(complaints("sync/x.cpp", repeat("int a;\n", 401)) == "0: 401 lines, at most 400\n");
  BOOST_TEST(complaints("docs/x.md", "# T\n" + repeat("text\n", 500)) == "");
}

BOOST_AUTO_TEST_CASE(a_function_has_at_most_70_lines) {
  // The braces take two lines of the 70.
  BOOST_TEST(complaints("sync/x.cpp", "int f() {\n" + repeat("g();\n", 68) + "}\n") == "");
  BOOST_TEST(complaints("sync/x.cpp", "int f() {\n" + repeat("g();\n", 69) + "}\n") ==
             "1: function of 71 lines, at most 70\n");
}

BOOST_AUTO_TEST_CASE(a_class_or_namespace_is_no_function) {
  const std::string long_text = repeat("int a;\n", 80);
  for (const char* opening :
       {"namespace x {\n", "template <class T>\nclass x : y<(1)> {\n", "struct alignas(64) x {\n",
        "enum class x : int {\n", "BOOST_AUTO_TEST_SUITE(x)\n\nnamespace {\n"}) {
    BOOST_TEST(complaints("sync/x.cpp", opening + long_text + "};\n") == "");
  }
}

BOOST_AUTO_TEST_CASE(long_functions_are_found_in_every_form) {
  const std::string body = "{\n" + repeat("if (a) { b(); }\n", 80) + "}\n";
  for (const char* head :
       {"int x::f() const noexcept ", "auto f() -> int ", "x::x(int c) noexcept : a_{c}, b_(c) ",
        "x::x(int c) : b_(c), a_{c} ", "template <class T, int N>\nvoid f(T (&a)[N]) ",
        "class c {\n void f(struct s* p) ", "BOOST_AUTO_TEST_CASE(name) ",
        "#include <a>\nconst char* brace = \"{\";\nvoid f() /* } */ "}) {
    BOOST_TEST_INFO(head);
    BOOST_TEST(complaints("sync/x.cpp", head + body).find("function of 82 lines") !=
               std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(comments_and_literals_are_not_code) {
  const std::string raw = "const char* a = R\"x(\n#if " + std::string("usleep(1) { )\" )x\";\n");
  BOOST_TEST(complaints("tests/x.cpp", raw) == "");
  BOOST_TEST(complaints("tests/x.cpp", "// usleep(1)\n/*\n#if 0\n*/\n") == "");
  BOOST_TEST(complaints("tests/x.cpp", "int a = 10'000; usleep(1); // '\n") ==
             "1: a test that sleeps\n");
}

BOOST_AUTO_TEST_CASE(includes_go_downwards) {
  BOOST_TEST(complaints("checker/x.cpp", include("sync/a.hpp") + include("checker/b.hpp")) == "");
  BOOST_TEST(complaints("bench/x.cpp", include("models/a.hpp")) == "");
  BOOST_TEST(complaints("sync/x.cpp", include("scheduler/a.hpp")) ==
             "1: include of scheduler/a.hpp: arrows go downwards, "
             "tests -> models -> checker -> scheduler -> sync\n");
  BOOST_TEST(complaints("models/x.cpp", include("tests/a.hpp")) != "");
}

BOOST_AUTO_TEST_CASE(specifications_are_leaves) {
  BOOST_TEST(complaints("sync/x.cpp", include("models/specs/mutex.hpp")) == "");
  BOOST_TEST(complaints("models/specs/x.hpp", header("#include <array>\n")) == "");
  BOOST_TEST(complaints("models/specs/x.hpp", header(include("sync/a.hpp"))) ==
             "2: a specification includes the standard library and specifications only\n");
  BOOST_TEST(complaints("models/specs/x.hpp", header(include("models/specs/a.hpp"))) == "");
}

BOOST_AUTO_TEST_CASE(own_headers_are_named_in_full_and_come_first) {
  BOOST_TEST(complaints("sync/x.cpp", "#include \"x.hpp\"\n") ==
             "1: includes of this project are <heddle/folder/file.hpp>\n");
  BOOST_TEST(complaints("sync/x.cpp", include("sync/x.hpp") + "#include <array>\n") == "");
  BOOST_TEST(complaints("sync/x.cpp", "#include <array>\n" + include("sync/x.hpp")) ==
             "2: a file includes its own header first\n");
}

BOOST_AUTO_TEST_CASE(only_two_files_ask_what_they_are_compiled_for) {
  const std::string text = header("#if A\n#elif B\n#else\n#endif\n");
  BOOST_TEST(complaints("sync/config.hpp", text) == "");
  BOOST_TEST(complaints("sync/platform.hpp", text) == "");
  const std::string where = " outside sync/platform.hpp and sync/config.hpp\n";
  BOOST_TEST(complaints("sync/mutex.hpp", text) ==
             "2: #if" + where + "3: #elif" + where + "4: #else" + where);
  BOOST_TEST(complaints("sync/mutex.hpp", header("#  ifdef A\n")) == "2: #ifdef" + where);
}

BOOST_AUTO_TEST_CASE(headers_are_included_once) {
  BOOST_TEST(complaints("sync/x.hpp", "int f();\n") == "1: header without #pragma once\n");
}

BOOST_AUTO_TEST_CASE(no_test_sleeps) {
  const std::string sleep = "void f() { std::this_thread::sleep_for(a); }\n";
  BOOST_TEST(complaints("tests/x.cpp", sleep) == "1: a test that sleeps\n");
  BOOST_TEST(complaints("tests/x.cpp", "void f() { ::usleep(3); }\n") != "");
  BOOST_TEST(complaints("sync/x.cpp", sleep) == "");
  BOOST_TEST(complaints("tests/x.cpp", "void f() { platform::sleep_until(a); }\n") == "");
}

BOOST_AUTO_TEST_CASE(open_work_names_its_issue) {
  const std::string mark = std::string("TO") + "DO";
  BOOST_TEST(complaints("sync/x.cpp", "// " + mark + " #12: more.\n") == "");
  BOOST_TEST(complaints("sync/x.cpp", "// " + mark + ": more.\n") ==
             "1: " + mark + " without the number of an issue\n");
  BOOST_TEST(complaints("docs/x.md", "# T\n" + mark + "\n") != "");
  BOOST_TEST(complaints("sync/x.cpp", "int " + mark + "S;\n") == "");
}

BOOST_AUTO_TEST_CASE(documents_have_a_title) {
  BOOST_TEST(complaints("docs/x.md", "Text.\n") == "1: no title\n");
  BOOST_TEST(complaints("docs/x.md", "\n# Title\n") == "");
}

BOOST_AUTO_TEST_SUITE_END()
