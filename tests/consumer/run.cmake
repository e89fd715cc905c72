# Run by the consumer tests: install, configure, build, run, and what must be refused.
cmake_minimum_required(VERSION 3.25)

set(prefix "${folder}/prefix")
file(REMOVE_RECURSE "${folder}")

macro(must)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endmacro()

# Configures the project with other values; it must fail with that text.
function(must_refuse text)
  execute_process(COMMAND ${configure} ${ARGN} -B "${folder}/refused"
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(code EQUAL 0 OR NOT output MATCHES "${text}")
    message(FATAL_ERROR "${ARGN}: expected a refusal that matches '${text}'\n${output}")
  endif()
  file(REMOVE_RECURSE "${folder}/refused")
endfunction()

must("${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}" --component sync)
set(headers "${prefix}/include/heddle")
set(checkers sync/platform/fine.hpp sync/platform/coarse.hpp sync/platform/coarse
  sync/platform/transition.hpp models scheduler checker)
foreach(path IN LISTS checkers)
  if(EXISTS "${headers}/${path}")
    message(FATAL_ERROR "component sync holds ${path}, which is the checker's")
  endif()
endforeach()
if(NOT EXISTS "${headers}/sync/platform/native.hpp")
  message(FATAL_ERROR "component sync lacks a header of its own")
endif()

set(flags "")
if(sanitize)
  set(flags "-fsanitize=${sanitize}")
endif()
set(configure "${CMAKE_COMMAND}" -S "${project}" -G "${generator}"
  "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${compiler}" "-DCMAKE_CXX_FLAGS=${flags}")

if(component STREQUAL "sync")
  must_refuse("component 'checker_fine' is not installed" -DCOMPONENT=checker_fine)
  must_refuse("no component 'nonsense'" -DCOMPONENT=nonsense)
  must_refuse("requested version" -DVERSION=0.2)
else()
  must("${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}" --component checker)
  if(EXISTS "${headers}/models/seeds" OR NOT EXISTS "${headers}/models/specs/mutex.hpp")
    message(FATAL_ERROR "component checker holds the models, or lacks the machines")
  endif()
endif()

must(${configure} "-DCOMPONENT=${component}" -B "${folder}/build")
must("${CMAKE_COMMAND}" --build "${folder}/build")
set(arguments "")
if(component STREQUAL "main")
  set(arguments run)
endif()
execute_process(COMMAND ${launcher} "${folder}/build/consumer" ${arguments} RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "the consumer ended with ${code}")
endif()
