# Which mutants are built and tested.
#
# heddle_has_turn(result number): whether the mutant of this number, counted from 1 in its list, is
# among them.  Defines the option HEDDLE_MUTANTS.
set(HEDDLE_MUTANTS "quarter:0" CACHE STRING
    "Mutants to build and test: all, none, or quarter:HASH for those that a commit's hash picks")
# For scripts that configure by a preset.
if(NOT "$ENV{HEDDLE_MUTANTS}" STREQUAL "")
  set(HEDDLE_MUTANTS "$ENV{HEDDLE_MUTANTS}")
endif()
set(heddle_quarter "")
if(HEDDLE_MUTANTS MATCHES "^quarter:([0-9a-f]+)$")
  string(SUBSTRING "${CMAKE_MATCH_1}" 0 1 digit)
  math(EXPR heddle_quarter "0x${digit} % 4")
elseif(HEDDLE_MUTANTS STREQUAL "none")
  set(heddle_quarter none)
elseif(NOT HEDDLE_MUTANTS STREQUAL "all")
  message(FATAL_ERROR "heddle: HEDDLE_MUTANTS is '${HEDDLE_MUTANTS}', not 'all', 'none' or "
                      "'quarter:HASH' with a hexadecimal hash")
endif()

function(heddle_has_turn result number)
  math(EXPR remainder "${number} % 4")
  set(${result} FALSE PARENT_SCOPE)
  if(heddle_quarter STREQUAL "" OR remainder EQUAL heddle_quarter)
    set(${result} TRUE PARENT_SCOPE)
  endif()
endfunction()
