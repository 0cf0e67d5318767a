// The API: a request and its caller in, a response out. Routing, authorisation, validation and shaping derive from the
// models; entities live in the store; resources add behaviour through a table. No sockets, no tokens.
//
// Threads: handle() may be called from any thread. The models, the store and the clock outlive the service.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/error.h"
#include "vedette/edm/model.h"
#include "vedette/http/message.h"
#include "vedette/odata/behaviour.h"
#include "vedette/odata/caller.h"
#include "vedette/odata/throttle.h"
#include "vedette/store/entity_store.h"

namespace vedette::odata {

// A request that may have changed something, and its answer.
struct AnsweredWrite {
  const http::Request& request;
  const Caller& caller;
  const http::Response& response;
  std::string_view batch_id;  // the request-id of the batch that it was part of; "" for one of its own
  base::DateTime begun, ended;
};

class BriefRequests;
struct Correlation;
enum class Pace : uint8_t;
class OpenApiDocuments;
class RememberedAnswers;
class ShownEntities;

// Of those that requests which write share.
using WritePlace = std::shared_ptr<const void>;

struct ServiceOptions {
  std::string public_url;  // "https://graph.example.org"; "": links are built from the request's scheme and Host
  // Told why an answer is 500, which the answer does not say. Called from any thread.
  std::function<void(const base::Error&)> on_problem = {};
  // Told of each write of a known caller before it is answered, refused ones too. What a method may be used for is told
  // by its permissions: an action that who may only read may call is no write. Called from any thread.
  std::function<void(const AnsweredWrite&)> on_write = {};
  // Asked before each of them; what it gives is held until on_write has returned. Who is refused has written nothing.
  std::function<base::Result<WritePlace>(const Caller&)> admit_write = {};
  // How often an application may call; none: as often as it likes.
  std::span<const ThrottleRule> throttle = {};
};

class Service {
 public:
  Service(std::vector<const edm::Model*> models, store::EntityStore& store, const base::Clock& clock,
          Behaviours behaviours, ServiceOptions options = {});
  ~Service();

  // True when the target is below a root of one of the models.
  bool serves(const http::Request& request) const;
  // Service documents, $metadata and openapi.json, which need no token: handle() them with an empty Caller.
  bool is_public(const http::Request& request) const;

  // What a request's body will be, told by its head; or the error that its URL and the caller's permissions give.
  enum class Body : uint8_t { document, deposit };
  base::Result<Body> expected_body(const http::Request& head, const Caller& caller) const;

  http::Response handle(const http::Request& request, const Caller& caller) const;
  // The answer when it is at hand: the same GET was answered before and nothing was written since, or it is one entity
  // by its key, or a page of a collection whose entities were all shown before. Looks at a few rows of the store.
  std::optional<http::Response> recall(const http::Request& request, const Caller& caller) const;
  // An error from outside (no token, throttled, no such root) in the form of the API.
  http::Response refuse(const http::Request& request, const base::Error& error) const;

  // The store's collections as the models declare them.
  static std::vector<store::Collection> collections(const std::vector<const edm::Model*>& models);

 private:
  http::Response answer(const http::Request& request, const Caller& caller, std::string_view batch_id) const;
  using Answer = std::function<http::Response(const http::Request&)>;
  struct Addressed;  // where a URL leads, and its options
  struct Asked {
    const http::Request& request;
    const Caller& caller;
    const Correlation& correlation;
    Pace pace;
  };
  base::Result<Addressed> address_of(const http::Request& request) const;
  base::Result<http::Response> run(const Asked& asked, base::Result<Addressed> addressed,
                                   const Answer& answer_part) const;
  http::Response finished(base::Result<http::Response> result, const Correlation& correlation,
                          base::DateTime begun) const;
  bool is_write(const http::Request& request) const;

  std::vector<const edm::Model*> models_;
  store::EntityStore& store_;
  const base::Clock& clock_;
  Behaviours behaviours_;
  ServiceOptions options_;
  std::unique_ptr<Throttle> throttle_;  // null: none
  const std::unique_ptr<ShownEntities> shown_;
  const std::unique_ptr<RememberedAnswers> answers_;
  const std::unique_ptr<BriefRequests> brief_;
  const std::unique_ptr<OpenApiDocuments> openapi_;
};

}  // namespace vedette::odata
