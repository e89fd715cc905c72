# README.md must hold the example that is compiled: the lines of transfer_test.cpp between its
# rules, indented by four spaces.
file(READ "${EXAMPLE}" example)
string(REGEX REPLACE "\n$" "" example "${example}")
string(REGEX MATCH "// -+\n(.*)\n// -+$" matched "${example}")
set(code "${CMAKE_MATCH_1}")
string(REGEX REPLACE "\n([^\n])" "\n    \\1" code "\n${code}")
file(READ "${README}" readme)
string(FIND "${readme}" "${code}" place)
if(code STREQUAL "" OR place EQUAL -1)
  message(FATAL_ERROR "README.md does not show tests/readme/transfer_test.cpp as it is compiled")
endif()
