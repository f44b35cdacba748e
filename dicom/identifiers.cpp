#include "dicom/identifiers.hpp"

#include <troupe/error.hpp>

#include <memory>
#include <openssl/evp.h>

namespace troupe::dicom {
namespace {

struct free_digest {
  void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }

  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// SHA-1 that can be asked for its value in between.
class sha_1 {
public:
  sha_1() : context_(EVP_MD_CTX_new()), copy_(EVP_MD_CTX_new()) {
    // Fetched once: looking an algorithm up costs more than hashing an identifier.
    static const std::unique_ptr<EVP_MD, free_digest> algorithm{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
    check(algorithm && context_ && copy_ && EVP_DigestInit_ex(context_.get(), algorithm.get(), nullptr) == 1);
  }

  void add(std::string_view text) { check(EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1); }

  orthanc_id value() {
    orthanc_id id;
    check(EVP_MD_CTX_copy_ex(copy_.get(), context_.get()) == 1
          && EVP_DigestFinal_ex(copy_.get(), id.bytes.data(), nullptr) == 1);
    return id;
  }

private:
  static void check(bool worked) {
    if (!worked)
      throw failure{error{error_code::internal_error, "SHA-1 is not available"}};
  }

  std::unique_ptr<EVP_MD_CTX, free_digest> context_;
  std::unique_ptr<EVP_MD_CTX, free_digest> copy_;
};

} // namespace

std::array<orthanc_id, 4> orthanc_ids(std::string_view patient_id, std::string_view study_uid,
                                      std::string_view series_uid, std::string_view sop_uid) {
  sha_1 hash;
  std::array<orthanc_id, 4> ids;
  std::size_t level = 0;
  for (const std::string_view identifier : {patient_id, study_uid, series_uid, sop_uid}) {
    if (level != 0)
      hash.add("|");
    hash.add(identifier);
    ids[level++] = hash.value();
  }
  return ids;
}

} // namespace troupe::dicom
