# Sources compiled several at a time, which halves the time of a whole build: those of a module whose names begin with
# the same letters, so that a new file leaves the other units alone. The presets that build everything do so; `dev`,
# which builds what was just changed, and lint see each file alone. Names in the anonymous namespaces of such neighbours
# differ.
option(VEDETTE_UNITY "Compile several sources of a module at a time" OFF)
set(unity_letters a b c d-f g-i j-n o p q-r s t-z)

# The sources to compile instead of those given. Their paths are relative to the root, so that caches know them again.
function(unite target sources_variable)
  if(NOT VEDETTE_UNITY)
    return()
  endif()
  set(units)
  foreach(letters IN LISTS unity_letters)
    set(some ${${sources_variable}})
    list(FILTER some INCLUDE REGEX "/[${letters}][^/]*$")
    if(some)
      list(TRANSFORM some REPLACE "^${CMAKE_SOURCE_DIR}/(.+)$" "#include \"\\1\"\n")
      string(JOIN "" content ${some})
      set(unit "${CMAKE_BINARY_DIR}/unity/${target}/${letters}.cpp")
      file(CONFIGURE OUTPUT "${unit}" CONTENT "${content}" @ONLY)
      list(APPEND units "${unit}")
    endif()
  endforeach()
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}")
  # A parameter may have the name of a function of another file; and what a source keeps for itself is no header's.
  set_source_files_properties(${units} PROPERTIES COMPILE_OPTIONS "-Wno-shadow;-Wno-subobject-linkage")
  set(${sources_variable} ${units} PARENT_SCOPE)
endfunction()
