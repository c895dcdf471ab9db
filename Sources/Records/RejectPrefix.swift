/// The five columns that a reject file puts before each record.
package enum RejectPrefix {
    package static let names = [
        "sluice_line", "sluice_column", "sluice_field", "sluice_code", "sluice_message",
    ]
}
