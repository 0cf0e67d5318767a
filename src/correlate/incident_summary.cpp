#include "incident_summary.h"

#include <algorithm>
#include <span>
#include <vector>

#include "tactics.h"

namespace vedette::correlate {
namespace {

// "a", "a and b", "a, b and 3 more".
std::string listed(const NameSet& numbers, const Names& names) {
  constexpr size_t shown_max = 3;
  std::vector<std::string_view> texts;
  for (const NameNumber number : numbers) texts.push_back(names.text(number));
  const size_t shown = texts.size() <= shown_max ? texts.size() : shown_max - 1;
  std::partial_sort(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(shown), texts.end());
  const std::string more = std::to_string(texts.size() - shown) + " more";
  if (shown < texts.size()) texts[shown] = more;
  const size_t count = std::min(texts.size(), shown + 1);
  std::string result;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) result += i + 1 == count ? " and " : ", ";
    result += texts[i];
  }
  return result;
}

std::string stages(uint32_t bits) {
  const std::vector<std::string_view> tactics = tactic_names(bits);
  if (tactics.size() > 1) {
    return "Multi-stage incident involving " + std::string(tactics.front()) + " & " + std::string(tactics.back());
  }
  const std::vector<std::string_view> threats = threat_names(bits);
  if (tactics.empty() && threats.empty()) return "Incident";
  return std::string(tactics.empty() ? threats.front() : tactics.front()) + " incident";
}

}  // namespace

std::string incident_title(const IncidentSummary& summary, const Names& names) {
  if (summary.alerts == 1 && !names.text(summary.title).empty()) return std::string(names.text(summary.title));
  std::string title = stages(summary.tactics);
  if (!summary.devices.empty()) {
    title += summary.devices.size() == 1 ? " on one endpoint" : " on multiple endpoints";
  } else if (!summary.users.empty()) {
    title += summary.users.size() == 1 ? " of one user" : " of multiple users";
  }
  if (summary.sources.size() > 1) title += " reported by multiple sources";
  return title;
}

std::string incident_description(const IncidentSummary& summary, const Names& names) {
  std::string text = summary.alerts == 1 ? "1 alert" : std::to_string(summary.alerts) + " alerts";
  if (!summary.devices.empty()) text += " on " + listed(summary.devices, names);
  if (!summary.users.empty())
    text += std::string(summary.devices.empty() ? "" : ",") + " of " + listed(summary.users, names);
  if (!summary.sources.empty()) text += ", reported by " + listed(summary.sources, names);
  return text + '.';
}

}  // namespace vedette::correlate
