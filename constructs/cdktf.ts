/**
 * The one door to CDKTF. Everything else imports from here, so that the same source runs on `cdktf` and on its successor `cdktn`,
 * and public signatures stay free of their nominal classes.
 */
export {
  Annotations,
  Aspects,
  AssetType,
  Fn,
  Lazy,
  Op,
  TerraformAsset,
  TerraformDataSource,
  TerraformElement,
  TerraformLocal,
  TerraformOutput,
  TerraformProvider,
  TerraformStack,
  TerraformVariable,
  Token,
  Tokenization,
} from "cdktf";
export type { IAspect, IResolvable, ITerraformDependable, TerraformMetaArguments } from "cdktf";
