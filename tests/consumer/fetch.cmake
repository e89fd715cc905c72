# Run by a consumer test: FetchContent with a local source.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${folder}")
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${project}/fetch" -B "${folder}" -G "${generator}"
  "-DHEDDLE_SOURCE=${source}" "-DCMAKE_CXX_COMPILER=${compiler}"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${folder}" --target consumer
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${folder}/consumer" COMMAND_ERROR_IS_FATAL ANY)
