# Run by a dashboard test: the components that a project with checks uses.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${prefix}")
foreach(component IN ITEMS sync checker)
  execute_process(COMMAND "${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}"
    --component ${component} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endforeach()
