// What is fuzzed by one program: a stage of KQL, or another reader of what strangers wrote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette::fuzz {

// "lexer", …
std::string_view target_name();
// The inputs that others are made of: those of the tests, and what was found before.
std::vector<std::string> seeds();
// Runs one input. What is wrong, or "".
std::string run_input(std::string_view input);

// Processor time that this process has used.
double cpu_seconds();

}  // namespace vedette::fuzz
