#include "connectors/sandbox/twilio/registrations.h"

#include <nlohmann/json.hpp>

namespace apiops::sandbox::twilio {

Json brand_json(const Registration& about) {
  const std::string url = "https://messaging.twilio.com/v1/a2p/BrandRegistrations/" + about.brand;
  return {{"sid", about.brand},
          {"account_sid", about.account},
          {"customer_profile_bundle_sid", about.bundle},
          {"a2p_profile_bundle_sid", about.bundle},
          {"date_created", about.made},
          {"date_updated", about.made},
          {"brand_type", "STANDARD"},
          {"status", "APPROVED"},
          {"tcr_id", "BXXXXXX"},
          {"failure_reason", Json()},
          {"errors", Json::array()},
          {"url", url},
          {"brand_score", 72},
          {"brand_feedback", Json::array()},
          {"identity_status", "VERIFIED"},
          {"russell_3000", false},
          {"government_entity", false},
          {"tax_exempt_status", Json()},
          {"skip_automatic_sec_vet", false},
          {"mock", false},
          {"links", {{"brand_vettings", url + "/Vettings"}, {"brand_registration_otps", url + "/SmsOtp"}}}};
}

Json campaign_json(const Registration& about) {
  return {{"sid", about.campaign},
          {"account_sid", about.account},
          {"brand_registration_sid", about.brand},
          {"messaging_service_sid", about.service},
          {"description", "Order updates and offers to customers who opted in."},
          {"message_samples", Json::array({"Your order is on its way.", "20% off until Sunday. Reply STOP to end."})},
          {"us_app_to_person_usecase", "MARKETING"},
          {"has_embedded_links", false},
          {"has_embedded_phone", false},
          {"subscriber_opt_in", true},
          {"age_gated", false},
          {"direct_lending", false},
          {"campaign_status", "IN_PROGRESS"},
          {"campaign_id", Json()},
          {"is_externally_registered", false},
          {"rate_limits", Json()},
          {"message_flow", "Customers opt in when they place an order."},
          {"opt_in_message", Json()},
          {"opt_out_message", Json()},
          {"help_message", Json()},
          {"opt_in_keywords", Json::array()},
          {"opt_out_keywords", Json::array()},
          {"help_keywords", Json::array()},
          {"date_created", about.made},
          {"date_updated", about.made},
          {"url", "https://messaging.twilio.com/v1/Services/" + about.service + "/Compliance/Usa2p/" + about.campaign},
          {"mock", false},
          {"errors", Json::array()}};
}

Json verification_json(const Registration& about) {
  Json row{{"sid", about.verification},
           {"account_sid", about.account},
           {"customer_profile_sid", about.bundle},
           {"trust_product_sid", Json()},
           {"date_created", about.made},
           {"date_updated", about.made},
           {"regulated_item_sid", Json()},
           {"business_name", "Example Shop"},
           {"business_country", "US"},
           {"business_website", "https://www.example.com"},
           {"use_case_categories", Json::array({"CUSTOMER_CARE"})},
           {"use_case_summary", "Replies to customers."},
           {"production_message_sample", "Thanks for calling, here is your ticket number."},
           {"opt_in_image_urls", Json::array()},
           {"opt_in_type", "VERBAL"},
           {"message_volume", "10,000"},
           {"tollfree_phone_number_sid", about.number_sid},
           {"tollfree_phone_number", about.number},
           {"status", "TWILIO_APPROVED"},
           {"url", "https://messaging.twilio.com/v1/Tollfree/Verifications/" + about.verification},
           {"rejection_reason", Json()},
           {"error_code", Json()},
           {"edit_expiration", Json()},
           {"edit_allowed", Json()},
           {"rejection_reasons", Json()},
           {"resource_links", Json::object()},
           {"external_reference_id", Json()}};
  for (const char* unset :
       {"business_street_address", "business_street_address2", "business_city", "business_state_province_region",
        "business_postal_code", "business_contact_first_name", "business_contact_last_name", "business_contact_email",
        "business_contact_phone", "notification_email", "additional_information"})
    row[unset] = Json();
  return row;
}

}  // namespace apiops::sandbox::twilio
