# heddle_page_test(name page [SOURCES file...] [PROGRAMS name=target...] [MORE argument...])
#
# A test that a page shows what is compiled and what is printed: see page.cmake.
function(heddle_page_test name page)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;PROGRAMS;MORE")
  set(programs "")
  foreach(each IN LISTS arg_PROGRAMS)
    string(REGEX MATCH "^([^=]+)=(.+)$" unused "${each}")
    list(APPEND programs "${CMAKE_MATCH_1}=$<TARGET_FILE:${CMAKE_MATCH_2}>")
  endforeach()
  list(TRANSFORM arg_SOURCES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  list(JOIN arg_SOURCES "|" sources)
  list(JOIN programs "|" programs)
  add_test(NAME ${name} COMMAND "${CMAKE_COMMAND}"
    "-Dpage=${PROJECT_SOURCE_DIR}/docs/${page}"
    "-Dsources=${sources}" "-Dprograms=${programs}"
    "-Dfolder=${CMAKE_CURRENT_BINARY_DIR}/${page}.run" ${arg_MORE}
    -P "${PROJECT_SOURCE_DIR}/tests/readme/page.cmake")
  set_tests_properties(${name} PROPERTIES LABELS readme TIMEOUT 300)
endfunction()
