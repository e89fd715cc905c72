# Run by heddle_discover_tests after a build: asks a Boost.Test program for its cases and writes
# them as tests into a file that ctest reads.
#
# The listing is a graph.  Each suite or case is one line,
#
#   tu65536[shape=Mrecord,fontname=Helvetica,color=green,label="name|file(line)|timeout=3|..."];
#
# the first one is the module.  "{" and "}" around the children of a suite stand alone in a line.
# Suites are numbered from 1, cases from 65536.  A disabled suite or case is yellow.
cmake_minimum_required(VERSION 3.25)

# A value as a bracket argument, in which nothing is special.
function(quoted result value)
  set(${result} "[==[${value}]==]" PARENT_SCOPE)
endfunction()

# Each word of a command as a bracket argument.
function(quoted_words result)
  set(words "")
  foreach(word IN LISTS ARGN)
    quoted(word "${word}")
    string(APPEND words " ${word}")
  endforeach()
  set(${result} "${words}" PARENT_SCOPE)
endfunction()

function(append text)
  set_property(GLOBAL APPEND_STRING PROPERTY tests "${text}\n")
endfunction()

# One test: `path` is the case within the program, `case_labels`, `case_timeout`, `disabled` and
# `line` come from its own line of the listing.
function(append_test path)
  quoted(name "${prefix}${path}")
  quoted_words(command ${launcher} "${program}" "--run_test=${path}" "--color_output=no")
  append("add_test(${name}${command})")
  set(all_labels ${labels} ${case_labels})
  list(REMOVE_DUPLICATES all_labels)
  set(cost "")
  if("slow" IN_LIST all_labels OR "nightly" IN_LIST all_labels)
    set(cost " COST 60")  # Those first, or the last of them would run alone.
  endif()
  quoted(all_labels "${all_labels}")
  set(properties "SKIP_RETURN_CODE 77 LABELS ${all_labels}${cost}")
  # Boost.Test stops the case itself, with a message; ctest only where that fails.
  # A check learns of it by HEDDLE_TIMEOUT, and ends with what it has found before it is stopped.
  set(all_environment ${environment})
  if(case_timeout)
    math(EXPR seconds "${case_timeout} + 5")
    string(APPEND properties " TIMEOUT ${seconds}")
    list(APPEND all_environment "HEDDLE_TIMEOUT=${case_timeout}")
  elseif(timeout)
    string(APPEND properties " TIMEOUT ${timeout}")
    list(APPEND all_environment "HEDDLE_TIMEOUT=${timeout}")
  endif()
  if(disabled)
    string(APPEND properties " DISABLED TRUE")
  endif()
  if(all_environment)
    quoted(value "${all_environment}")
    string(APPEND properties " ENVIRONMENT ${value}")
  endif()
  if(place)
    quoted(value "${place}")
    string(APPEND properties " DEF_SOURCE_LINE ${value}")
  endif()
  append("set_tests_properties(${name} PROPERTIES ${properties})")
endfunction()

# Splits the fields of a line: sets path, case_labels, case_timeout, place.
macro(read_fields text)
  string(REPLACE "|" ";" fields "${text}")
  list(POP_FRONT fields own_name place)
  string(REGEX REPLACE "^(.*)\\(([0-9]+)\\)$" "\\1:\\2" place "${place}")
  set(own_labels "")
  set(case_timeout "")
  foreach(field IN LISTS fields)
    if(field MATCHES "^timeout=([0-9]+)")
      set(case_timeout "${CMAKE_MATCH_1}")
    elseif(field MATCHES "^labels: *(.*)$")
      string(REGEX MATCHALL "@[^ ]+" own_labels "${CMAKE_MATCH_1}")
      list(TRANSFORM own_labels REPLACE "^@" "")
    endif()
  endforeach()
endmacro()

execute_process(COMMAND ${launcher} "${program}" --list_content=DOT
  ERROR_VARIABLE text OUTPUT_VARIABLE output RESULT_VARIABLE result)
set_property(GLOBAL PROPERTY tests "# Written by HeddleDiscover.cmake after each build.\n")

if(result EQUAL 77)
  quoted_words(command ${launcher} "${program}")
  append("add_test(${target}${command})")
  append("set_tests_properties(${target} PROPERTIES SKIP_RETURN_CODE 77)")
  set(text "")
elseif(NOT result EQUAL 0 OR NOT text MATCHES "digraph")
  message(FATAL_ERROR "heddle_discover_tests: ${program} lists no cases (${result})\n"
                      "${output}${text}")
endif()

# Names may hold what is special in a CMake list; the case separator is always "\n".
string(ASCII 1 open)
string(ASCII 2 close)
string(REPLACE "[" "${open}" text "${text}")
string(REPLACE "]" "${close}" text "${text}")
string(REPLACE ";" "" text "${text}")
string(REPLACE "\n" ";" text "${text}")

set(depth 0)     # open braces of suites; the module itself is at 0
set(path_0 "")   # per depth: the path of the suite that is open there, and its labels
set(labels_0 "")
set(next_path "")
set(next_labels "")
set(count 0)
foreach(line IN LISTS text)
  if(line STREQUAL "{")
    math(EXPR depth "${depth} + 1")
    set(path_${depth} "${next_path}")
    set(labels_${depth} "${next_labels}")
  elseif(line STREQUAL "}")
    math(EXPR depth "${depth} - 1")
  elseif(line MATCHES "^tu([0-9]+)${open}.*color=([a-z]+),label=\"(.*)\"${close}$")
    set(number "${CMAKE_MATCH_1}")
    set(colour "${CMAKE_MATCH_2}")
    set(fields_text "${CMAKE_MATCH_3}")
    if(number EQUAL 1)
      continue()
    endif()
    string(REPLACE "${open}" "[" fields_text "${fields_text}")
    string(REPLACE "${close}" "]" fields_text "${fields_text}")
    read_fields("${fields_text}")
    set(path "${path_${depth}}${own_name}")
    set(case_labels ${labels_${depth}} ${own_labels})
    if(number LESS 65536)
      set(next_path "${path}/")
      set(next_labels "${case_labels}")
    else()
      set(disabled FALSE)
      if(colour STREQUAL "yellow")
        set(disabled TRUE)
      endif()
      append_test("${path}")
      math(EXPR count "${count} + 1")
    endif()
  endif()
endforeach()

if(count EQUAL 0 AND NOT result EQUAL 77)
  message(FATAL_ERROR "heddle_discover_tests: ${program} has no test case")
endif()
get_property(tests GLOBAL PROPERTY tests)
file(WRITE "${listing}" "${tests}")
