// Exchanges with a provider, written down and played: connectors/NAME/tests/CASE.exchange.json says what is done (a
// poll, a change of an alert, a security action), what the provider is asked then, what it answers, and what is here
// afterwards. A real server on 127.0.0.1 speaks the provider's part, a whole Federation ours. The form is in
// connectors/README.md.
#pragma once

#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/store/entity_store.h"

namespace vedette::federation {

// The exchanges of a connector's folder, sorted.
std::vector<std::string> exchange_files(const std::string& folder);

// What is otherwise than the file says, each a text for people; empty when all is as it says. Errors: a file that is no
// exchange, a connector that cannot be loaded. `collections` are those of the program's store.
base::Result<std::vector<std::string>> play_exchange(const std::string& folder, const std::string& file,
                                                     const std::vector<store::Collection>& collections);

}  // namespace vedette::federation
