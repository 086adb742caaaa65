/** CDKTF classes of the `signalbox` Terraform provider: the package's export `signalbox/provider`. */
export * from "./signalbox.generated";
