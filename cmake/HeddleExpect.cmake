# Tests about commands that must fail, or must succeed, in a stated way.

set(HEDDLE_EXPECT_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/expect.cmake")
set(HEDDLE_MUST_NOT_COMPILE_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/must_not_compile.cmake")

# heddle_expect(name FAILS|SUCCEEDS [TEXT regex] [LABELS label...] COMMAND command...)
#
# A test that the command ends as said and that its output matches the expression.  (CTest's own
# PASS_REGULAR_EXPRESSION does not look at how the command ended.)
function(heddle_expect name result)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "TEXT" "LABELS;COMMAND")
  add_test(NAME ${name} COMMAND_EXPAND_LISTS
    COMMAND "${CMAKE_COMMAND}" "-Dresult=${result}" "-Dtext=${arg_TEXT}"
      -P "${HEDDLE_EXPECT_SCRIPT}" -- ${arg_COMMAND})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
endfunction()

# heddle_must_not_compile(name source text)
#
# A test that `source` does not compile because of its lines that end with the comment
# `// must not compile`: the compiler's complaint matches the expression `text` and stands at such
# a line, and without these lines the file does compile.
function(heddle_must_not_compile name source text)
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS}")
  add_test(NAME compile_fail.${name}
    COMMAND "${CMAKE_COMMAND}"
      "-Dsource=${CMAKE_CURRENT_SOURCE_DIR}/${source}"
      "-Dtext=${text}"
      "-Dfolder=${CMAKE_CURRENT_BINARY_DIR}/${name}"
      -P "${HEDDLE_MUST_NOT_COMPILE_SCRIPT}" --
      "${CMAKE_CXX_COMPILER}" ${flags} -std=c++20 -fsyntax-only "-I${heddle_include_dir}")
  set_tests_properties(compile_fail.${name} PROPERTIES LABELS compile_fail)
endfunction()
