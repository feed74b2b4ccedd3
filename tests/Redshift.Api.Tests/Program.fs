module Redshift.Api.Tests.Program

open Expecto

let tests =
    testList
        "Api"
        [ GradientTests.tests
          PyTorchTests.tests
          LayerTests.tests
          GraphTests.tests
          LossTests.tests
          DeterminismTests.tests
          SimdBackendTests.tests
          GaiaFilesTests.tests
          SafetensorsTests.tests
          OutputFileTests.tests
          HashingStreamTests.tests
          RunFolderTests.tests
          KerasTests.tests
          KerasMutantTests.tests
          OnnxTests.tests
          TrainerTests.tests
          ResumeTests.tests
          PredictionTests.tests
          UncertaintyTests.tests
          DensityScoringTests.tests
          EnsembleTests.tests
          FoldsTests.tests
          TemplateTests.tests
          TargetTests.tests
          RecipeTests.tests
          BrownGatTests.tests
          SpaceTests.tests
          SurrogateTests.tests
          JournalTests.tests
          JournalDamageTests.tests
          RegretTests.tests
          SearchTests.tests
          ComparisonTests.tests
          PublicApiTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
