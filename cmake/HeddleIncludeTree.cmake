# Sources say <heddle/sync/mutex.hpp>, while the folders stand at the top of the project: a folder
# of links in the build tree joins the two.
set(heddle_include_dir "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${heddle_include_dir}/heddle")
foreach(folder IN ITEMS sync scheduler checker models tests tools bench)
  set(link "${heddle_include_dir}/heddle/${folder}")
  if(NOT EXISTS "${link}")
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${link}" SYMBOLIC)
  endif()
endforeach()

# A library of this project: its headers in the build tree and when installed, and C++20.
function(heddle_library target)
  target_include_directories(${target} PUBLIC
    "$<BUILD_INTERFACE:${heddle_include_dir}>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_compile_features(${target} PUBLIC cxx_std_20)
  string(REGEX REPLACE "^heddle_" "" short "${target}")
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${short})
  add_library(heddle::${short} ALIAS ${target})
endfunction()

# The .cpp files below `folder` of the current directory, without those whose path ends as one of
# the given regular expressions says.
function(heddle_sources result folder)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
  foreach(ending IN LISTS ARGN)
    list(FILTER found EXCLUDE REGEX "${ending}$")
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()
