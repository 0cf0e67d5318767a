# add_module(NAME [SEPARATE] [PUBLIC_DEPS m…] [PRIVATE_DEPS m…] [PUBLIC_LIBS t…] [PRIVATE_LIBS t…])
#
# One static library per module. NAME is the folder below src/ ("base", "kql/syntax"); its sources are the .cpp files in
# that folder, its public headers those under include/. A dependency must already be declared: the order of declaration
# in src/CMakeLists.txt *is* the layering, and a cycle or an upward dependency cannot be configured.
# A module that has only public headers so far is a contract that others are written against.
# SEPARATE: each source is compiled alone in every preset (unity.cmake).
# Every public header is compiled alone (target all_verify_interface_header_sets).
function(add_module name)
  cmake_parse_arguments(M "SEPARATE" "" "PUBLIC_DEPS;PRIVATE_DEPS;PUBLIC_LIBS;PRIVATE_LIBS" ${ARGN})
  if(M_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "module ${name}: unknown arguments ${M_UNPARSED_ARGUMENTS}")
  endif()
  module_target(${name} target)
  set(dir "${CMAKE_SOURCE_DIR}/src/${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${dir}/*.cpp")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${dir}/include/*.h")
  if(sources)
    set(scope PUBLIC)
    add_library(${target} STATIC)
    if(NOT M_SEPARATE)
      unite(${target} sources)
    endif()
    target_sources(${target} PRIVATE ${sources})
    use_precompiled_headers(${target})
    target_link_libraries(${target} PRIVATE ${M_PRIVATE_LIBS})
    link_modules(${target} ${name} PRIVATE ${M_PRIVATE_DEPS})
  elseif(headers)
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  else()
    message(FATAL_ERROR "module ${name} has neither sources nor public headers in ${dir}")
  endif()
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${dir}/include" FILES ${headers})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(${target} ${scope} vedette_settings ${M_PUBLIC_LIBS})
  link_modules(${target} ${name} ${scope} ${M_PUBLIC_DEPS})
endfunction()

function(module_target name out)
  string(REPLACE "/" "_" flat "${name}")
  set(${out} "vedette_${flat}" PARENT_SCOPE)
endfunction()

function(link_modules target name scope)
  foreach(dep IN LISTS ARGN)
    module_target(${dep} dep_target)
    if(NOT TARGET ${dep_target})
      message(FATAL_ERROR
        "module ${name} depends on ${dep}, which is not declared before it in src/CMakeLists.txt: "
        "dependencies point downwards only")
    endif()
    target_link_libraries(${target} ${scope} ${dep_target})
  endforeach()
endfunction()
