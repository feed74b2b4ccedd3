module Redshift.Core.Tests.Program

open Expecto
open Redshift.Core.Tests.Catalogues
open Redshift.Core.Tests.Simulation

let tests =
    testList
        "Core"
        [ SurveyTests.tests
          PhotometrySurveyTests.tests
          BadInputTests.tests
          DialectTests.tests
          ReadingTests.tests
          GaiaXpTests.tests
          GaiaXpyTests.tests
          GaiaXpFaultTests.tests
          GaiaXpMutantTests.tests
          testList
              "Simulation"
              [ SimulatorTablesTests.tests
                SpectrumTableTests.tests
                RedshiftDistributionTests.tests
                PopulationTests.tests
                ObservationTests.tests
                FixedPointTests.tests
                SimulatedCatalogueTests.tests ]
          Photometry.PhotometryTests.tests
          Frames.ScalingTests.tests
          Frames.SplitTests.tests
          TrainingAidTests.tests
          Frames.ImputationTests.tests
          Frames.PreprocessingTests.tests
          Frames.PhotometricFeatureTests.tests
          Distributions.DensityTests.tests
          Layers.LayerTests.tests
          Layers.HeadTests.tests
          Layers.ScheduleTests.tests
          testList
              "Evaluation"
              [ StatisticsTests.tests
                MetricTests.tests
                PairedBootstrapTests.tests
                HistoryTests.tests
                DensityScoreTests.tests
                DensityEvaluationTests.tests
                FlagEvaluationTests.tests
                ClassEvaluationTests.tests ]
          CalibrationTests.tests
          EstimateTests.tests
          FlagTests.tests
          NoveltyTests.tests
          testList
              "Neighbours"
              [ Baselines.NeighbourSearchTests.tests
                Baselines.NeighbourRegressionTests.tests
                Baselines.NeighbourValidationTests.tests ]
          testList
              "Templates"
              [ Templates.CurveTests.tests
                Templates.SyntheticFluxTests.tests
                Templates.PhotometryTests.tests
                Templates.FitTests.tests
                Templates.CalibrationTests.tests
                Templates.TemplateRecipeTests.tests
                Templates.ZcosmosTests.tests ]
          testList
              "Figures"
              [ FigureTests.tests
                ReportTests.tests
                UncertaintyFigureTests.tests
                ClassFigureTests.tests
                ComparisonTests.tests ]
          ComparableTests.tests
          ScaledBatchTests.tests
          TargetTests.tests ]

[<EntryPoint>]
let main args = runTestsWithCLIArgs [] args tests
