#include <algorithm>

#include "digest.h"
#include "grant_state.h"
#include "vedette/base/base64.h"
#include "vedette/base/ip_address.h"

namespace vedette::auth {

using base::ErrorCode;
using base::fail;
using tl::unexpected;
using Polled = tl::expected<Grant, Unusable>;

namespace {

// State of a device: {"secret","expires","polled","state","grant"}.

// No vowels, and nothing that looks like something else (RFC 8628, section 6.1): 20^9 codes.
constexpr std::string_view alphabet = "BCDFGHJKLMNPQRSTVWXZ";
constexpr size_t user_code_characters = 9;

std::string state_name(std::string_view user_code) { return "auth.device/" + std::string(user_code); }

std::string new_user_code() {
  std::string code;
  while (code.size() < user_code_characters)
    for (const char c : random_bytes(32)) {
      const auto value = static_cast<unsigned char>(c);
      if (value < 240 && code.size() < user_code_characters) code += alphabet[value % alphabet.size()];
    }
  return code;
}

// As people type it: in any case, with blanks and dashes. "" for what is none.
std::string canonical_user_code(std::string_view typed) {
  std::string code;
  for (const char c : typed.substr(0, 64)) {
    if (c == ' ' || c == '-') continue;
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (alphabet.find(upper) == alphabet.npos) return {};
    code += upper;
  }
  return code.size() == user_code_characters ? code : std::string();
}

struct Device {
  json::Object stored;
  int64_t version = 0;

  int64_t number(const char* name) const {
    const json::Value* value = stored.if_contains(name);
    return value && value->is_int64() ? value->get_int64() : 0;
  }
  DeviceState state() const {
    const auto value = number("state");
    return value == 1 ? DeviceState::approved : value == 2 ? DeviceState::refused : DeviceState::pending;
  }
  Grant grant() const {
    const json::Value* value = stored.if_contains("grant");
    return value ? parse_grant(*value) : Grant();
  }
};

base::Result<std::optional<Device>> read(const store::EntityStore& store, std::string_view tenant_id,
                                         std::string_view user_code) {
  const auto state = user_code.empty() ? std::nullopt : TRY(store.state(tenant_id, state_name(user_code)));
  if (!state) return std::optional<Device>();
  auto stored = json::parse(state->value);
  if (!stored || !stored->is_object()) return fail(ErrorCode::corrupt_data, "A stored device code cannot be read.");
  return std::optional<Device>(Device{std::move(stored->get_object()), state->version});
}

// Whether it was written; not when another was first.
base::Result<bool> write(store::EntityStore& store, std::string_view tenant_id, store::StateWrite write,
                         std::optional<store::StateWrite> beside = std::nullopt) {
  store::Commit commit;
  commit.states.push_back(std::move(write));
  if (beside) commit.states.push_back(std::move(*beside));
  const auto committed = store.commit(tenant_id, commit);
  if (committed) return true;
  if (committed.error().code == ErrorCode::conflict) return false;
  return committed.error();
}

base::Error too_many(std::string message) {
  base::Error error = fail(ErrorCode::too_many_requests, std::move(message));
  error.retry_after_s = 60;
  return error;
}

// The devices that wait; those whose time is over are removed when there are too many.
base::Status make_room(store::EntityStore& store, std::string_view tenant_id, int64_t now) {
  const auto names = TRY(store.state_names(tenant_id, "auth.device/"));
  if (names.size() < Grants::devices_max) return {};
  store::Commit commit;
  for (const std::string& name : names) {
    const auto device = TRY(read(store, tenant_id, name.substr(state_name("").size())));
    if (device && now >= device->number("expires")) commit.states.push_back({name, std::nullopt});
  }
  if (commit.states.empty())
    return too_many("More than " + std::to_string(Grants::devices_max) + " devices wait for their users.");
  const auto committed = store.commit(tenant_id, commit);
  return committed ? base::Status() : base::Status(committed.error());
}

// Whom an address stands for.
std::string holder_of(std::string_view address) {
  auto parsed = base::parse_ip_address(address);
  if (!parsed) return std::string(address);
  if (!base::is_v4(*parsed)) std::fill(parsed->bytes.begin() + 8, parsed->bytes.end(), uint8_t{0});
  return base::to_string(*parsed);
}

// One code more of the address; nothing is written yet.
base::Result<store::StateWrite> count_address(const store::EntityStore& store, std::string_view tenant_id,
                                              std::string_view address, int64_t now) {
  store::StateWrite counted{"auth.device_address/" + std::to_string(counter_bucket(holder_of(address))), std::nullopt,
                            store::must_not_exist};
  json::Array ends;
  if (const auto state = TRY(store.state(tenant_id, counted.name))) {
    counted.expected_version = state->version;
    const json::Value stored = TRY(json::parse(state->value));
    if (const json::Array* all = stored.if_array())
      for (const json::Value& end : *all)
        if (end.is_int64() && end.get_int64() > now) ends.push_back(end);
  }
  if (ends.size() >= Grants::address_devices_max)
    return too_many(std::to_string(Grants::address_devices_max) + " devices of the address " + std::string(address) +
                    " wait for their users, the most that an address may have.");
  ends.push_back(now + Grants::device_seconds);
  counted.value = json::to_text(ends);
  return counted;
}

}  // namespace

base::Result<NewDeviceCode> Grants::issue_device_code(std::string_view tenant_id, const Grant& grant,
                                                      std::string_view address) {
  const int64_t now = base::to_unix_seconds(clock_.now());
  auto counted = TRY(count_address(store_, tenant_id, address, now));
  TRY(make_room(store_, tenant_id, now));
  const std::string user_code = new_user_code(), secret = base::encode_base64url(random_bytes(32));
  const json::Object stored{{"secret", fingerprint(secret)},
                            {"expires", now + device_seconds},
                            {"polled", 0},
                            {"state", 0},
                            {"grant", as_json(grant)}};
  if (!TRY(write(store_, tenant_id, {state_name(user_code), json::to_text(stored), store::must_not_exist},
                 std::move(counted))))
    return issue_device_code(tenant_id, grant, address);
  return NewDeviceCode{user_code + "." + secret, user_code};
}

base::Result<std::optional<Grant>> Grants::find_device(std::string_view tenant_id, std::string_view user_code) const {
  const auto device = TRY(read(store_, tenant_id, canonical_user_code(user_code)));
  const bool waits = device && device->state() == DeviceState::pending &&
                     base::to_unix_seconds(clock_.now()) < device->number("expires");
  return waits ? std::optional(device->grant()) : std::nullopt;
}

base::Result<bool> Grants::decide_device(std::string_view tenant_id, std::string_view typed, DeviceState state,
                                         std::string_view user_id) {
  const std::string user_code = canonical_user_code(typed);
  auto device = TRY(read(store_, tenant_id, user_code));
  if (!device || device->state() != DeviceState::pending ||
      base::to_unix_seconds(clock_.now()) >= device->number("expires"))
    return false;
  Grant grant = device->grant();
  grant.user_id = user_id;
  grant.created = clock_.now();
  device->stored["grant"] = as_json(grant);
  device->stored["state"] = state == DeviceState::approved ? 1 : 2;
  if (TRY(write(store_, tenant_id, {state_name(user_code), json::to_text(device->stored), device->version})))
    return true;
  return decide_device(tenant_id, typed, state, user_id);
}

base::Result<Polled> Grants::poll_device(std::string_view tenant_id, std::string_view device_code,
                                         std::string_view client_id) {
  const auto unusable = [](Unusable why) { return Polled(unexpected(why)); };
  if (device_code.size() > grant_text_bytes_max) return unusable(Unusable::unknown);
  const size_t dot = device_code.find('.');
  const std::string user_code = canonical_user_code(device_code.substr(0, dot));
  auto device = TRY(read(store_, tenant_id, user_code));
  if (!device || dot == device_code.npos ||
      !equal_in_constant_time(json::find_string(device->stored, "secret"), fingerprint(device_code.substr(dot + 1))))
    return unusable(Unusable::unknown);
  Grant grant = device->grant();
  if (grant.client_id != client_id) return unusable(Unusable::mismatch);
  const int64_t now = base::to_unix_seconds(clock_.now());
  if (now >= device->number("expires")) return unusable(Unusable::expired);
  const DeviceState state = device->state();
  if (state == DeviceState::pending) {
    if (now < device->number("polled") + device_interval_seconds - 1) return unusable(Unusable::too_soon);
    device->stored["polled"] = now;
    TRY(write(store_, tenant_id, {state_name(user_code), json::to_text(device->stored), device->version}));
    return unusable(Unusable::pending);
  }
  if (!TRY(write(store_, tenant_id, {state_name(user_code), std::nullopt, device->version})))
    return poll_device(tenant_id, device_code, client_id);
  if (state == DeviceState::refused) return unusable(Unusable::refused);
  return Polled(std::move(grant));
}

}  // namespace vedette::auth
