# Run by a consumer test: a program built against what Debian packages put below /usr.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${folder}")
file(MAKE_DIRECTORY "${folder}")
cmake_path(GET CMAKE_COMMAND PARENT_PATH programs)
execute_process(COMMAND "${programs}/cpack" -G DEB -B "${folder}"
  WORKING_DIRECTORY "${build}" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
foreach(package IN ITEMS libheddle-sync-dev libheddle-checker-dev)
  file(GLOB file "${folder}/${package}_*.deb")
  execute_process(COMMAND dpkg-deb -x "${file}" "${folder}/root" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND dpkg-deb -f "${file}" Depends Architecture
    OUTPUT_VARIABLE fields COMMAND_ERROR_IS_FATAL ANY)
  message(STATUS "${package}: ${fields}")
endforeach()
if(NOT fields MATCHES "libheddle-sync-dev.*librapidcheck-dev")
  message(FATAL_ERROR "the checker's package does not depend on what it needs: ${fields}")
endif()
foreach(component IN ITEMS sync checker)
  execute_process(COMMAND "${CMAKE_COMMAND}" -S "${project}" -G "${generator}"
    -B "${folder}/${component}" "-DCOMPONENT=${component}"
    "-DCMAKE_PREFIX_PATH=${folder}/root/usr" "-DCMAKE_CXX_COMPILER=${compiler}"
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND "${CMAKE_COMMAND}" --build "${folder}/${component}"
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND "${folder}/${component}/consumer" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
