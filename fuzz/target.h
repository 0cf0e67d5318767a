// One stage of KQL under fuzzing.
#pragma once

#include <string>
#include <string_view>

namespace vedette::fuzz {

// Of this program's stage: "lexer", …
std::string_view target_name();
// Runs one input. What is wrong, or "".
std::string run_input(std::string_view input);

// Processor time that this process has used.
double cpu_seconds();

}  // namespace vedette::fuzz
