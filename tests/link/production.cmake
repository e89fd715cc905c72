# cmake -Dnm=NM -Dldd=LDD -Dprogram=FILE -Darchives=FILE|FILE... -Dproduction=FILE
#
# Fails if the program holds a symbol that one of the archives defines and the production archive
# does not, or needs a library of Boost.
cmake_minimum_required(VERSION 3.25)

function(run result)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

# The mangled names of the strong definitions.  Weak ones are inline functions of headers, which
# anybody may hold.
function(definitions result file)
  run(text "${nm}" --defined-only "${file}")
  string(REGEX MATCHALL "[0-9a-f]+ [TDBR] [^\n]+" found "${text}")
  list(TRANSFORM found REPLACE "^[0-9a-f]+ [TDBR] " "")
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

definitions(allowed "${production}")
definitions(held "${program}")
string(REPLACE "|" ";" archives "${archives}")
set(wrong "")
foreach(archive IN LISTS archives)
  definitions(names "${archive}")
  list(REMOVE_ITEM names ${allowed})
  if(NOT names)
    message(FATAL_ERROR "${archive} defines nothing: this test would see nothing")
  endif()
  foreach(name IN LISTS names)
    if(name IN_LIST held)
      list(APPEND wrong "${name}")
    endif()
  endforeach()
endforeach()

run(text "${nm}" -C "${program}")
set(foreign "boost::|rc::|heddle::(control|specs)::|heddle_platform_(coarse|fine)")
string(REGEX MATCHALL "[^\n]*(${foreign})[^\n]*" named "${text}")
run(text "${ldd}" "${program}")
string(REGEX MATCHALL "[^\n\t]*(boost|rapidcheck)[^\n]*" needed "${text}")
if(wrong OR named OR needed)
  list(JOIN wrong "\n" wrong)
  list(JOIN named "\n" named)
  message(FATAL_ERROR "${program} holds\n${wrong}\n${named}\nand needs\n${needed}")
endif()
