//! What a person would write for this one call with `reqwest`: the same fields, and no more than is needed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub struct Client {
    http: reqwest::Client,
    address: String,
    token: String,
}

#[derive(Debug)]
pub enum Error {
    Http(reqwest::Error),
    Refused(u16, String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Http(error) => write!(f, "{error}"),
            Error::Refused(status, body) => write!(f, "{status}: {body}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Error::Http(error)
    }
}

impl Client {
    pub fn new(http: reqwest::Client, address: &str, token: &str) -> Self {
        Client { http, address: address.to_owned(), token: token.to_owned() }
    }

    pub async fn update_customer_info(
        &self,
        id: Uuid,
        update: &CustomerUpdate,
    ) -> Result<Customer, Error> {
        let url = format!("{}/api/v1/customers/{id}", self.address);
        let request = self.http.put(url).bearer_auth(&self.token).json(update);
        let response = request.send().await?;
        if !response.status().is_success() {
            return Err(Error::Refused(response.status().as_u16(), response.text().await?));
        }
        Ok(response.json().await?)
    }
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CustomerType {
    Individual,
    Company,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_usage_purpose: Option<String>,
    pub address_city: String,
    pub address_country: String,
    pub address_location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_proof_document_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_state: Option<String>,
    pub address_street: String,
    pub address_zip_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_info: Option<CompanyInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_of_residence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dob: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identification_document_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identification_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identification_value: Option<String>,
    pub last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(rename = "type")]
    pub type_: CustomerType,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyInfo {
    pub address_city: String,
    pub address_country: String,
    pub address_location: String,
    pub address_proof_document_id: String,
    pub address_state: String,
    pub address_street: String,
    pub address_zip_code: String,
    pub email: String,
    pub incorporation_certificate_document_id: String,
    pub incorporation_country: String,
    pub incorporation_date: NaiveDate,
    pub name: String,
    pub phone_country_code: String,
    pub phone_number: String,
    pub registration_number: String,
    pub website: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    pub account_usage_purpose: Option<String>,
    pub address_city: Option<String>,
    pub address_country: Option<String>,
    pub address_location: Option<String>,
    pub address_proof_document_id: Option<String>,
    pub address_state: Option<String>,
    pub address_street: Option<String>,
    pub address_zip_code: Option<String>,
    pub company_info: Option<Company>,
    pub country_of_residence: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub created_by: Option<Uuid>,
    pub dob: Option<NaiveDate>,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub id: Uuid,
    pub identification_document_id: Option<String>,
    pub identification_type: Option<String>,
    pub identification_value: Option<String>,
    pub last_name: Option<String>,
    pub phone_country_code: Option<String>,
    pub phone_number: Option<String>,
    pub psp_results: Option<Vec<PspResult>>,
    #[serde(rename = "type")]
    pub type_: Option<CustomerType>,
    pub updated_at: Option<DateTime<Utc>>,
    pub updated_by: Option<Uuid>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    pub address_city: Option<String>,
    pub address_country: Option<String>,
    pub address_location: Option<String>,
    pub address_proof_document_id: Option<String>,
    pub address_state: Option<String>,
    pub address_street: Option<String>,
    pub address_zip_code: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub created_by: Option<Uuid>,
    pub email: Option<String>,
    pub incorporation_certificate_document_id: Option<String>,
    pub incorporation_country: Option<String>,
    pub incorporation_date: Option<NaiveDate>,
    pub name: Option<String>,
    pub phone_country_code: Option<String>,
    pub phone_number: Option<String>,
    pub registration_number: Option<String>,
    pub updated_at: Option<DateTime<Utc>>,
    pub updated_by: Option<Uuid>,
    pub website: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PspResult {
    pub error_message: Option<String>,
    pub psp_id: Option<String>,
    pub psp_name: Option<String>,
    pub success: Option<bool>,
}
