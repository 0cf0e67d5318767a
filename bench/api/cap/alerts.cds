// The properties of an alert that the benchmark's data have. What is a collection there is one here; CAP keeps it as JSON.
service security @(path: '/v1.0/security') {
  entity alerts_v2 {
    key id                    : String(64);
        providerAlertId       : String(64);
        incidentId            : String(64);
        status                : String(32);
        severity              : String(32);
        classification        : String(32);
        determination         : String(32);
        serviceSource         : String(64);
        detectionSource       : String(64);
        detectorId            : String(64);
        productName           : String(64);
        tenantId              : String(64);
        title                 : String(256);
        description           : String(4096);
        recommendedActions    : String(4096);
        category              : String(64);
        categories            : many String;
        assignedTo            : String(128);
        alertWebUrl           : String(256);
        incidentWebUrl        : String(256);
        actorDisplayName      : String(128);
        threatDisplayName     : String(128);
        threatFamilyName      : String(128);
        mitreTechniques       : many String;
        createdDateTime       : Timestamp;
        lastUpdateDateTime    : Timestamp;
        resolvedDateTime      : Timestamp;
        firstActivityDateTime : Timestamp;
        lastActivityDateTime  : Timestamp;
        alertPolicyId         : String(64);
        investigationState    : String(32);
        systemTags            : many String;
        comments              : many String;
        evidence              : many Evidence;
  }

  @open
  type Evidence {
    createdDateTime   : Timestamp;
    verdict           : String(32);
    remediationStatus : String(32);
  };
}
