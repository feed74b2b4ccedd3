/// Headless Chromium: a page as it is after its scripts have run, and what it asked a network for.
module Redshift.Cli.Tests.Browser

open System
open System.IO
open System.Text.Json
open Expecto
open Redshift.Tests

let private program =
    lazy
        (let folders = (Environment.GetEnvironmentVariable "PATH").Split Path.PathSeparator

         Seq.allPairs [ "chromium"; "chromium-browser"; "google-chrome" ] folders
         |> Seq.map (fun (name, folder) -> Path.Combine(folder, name))
         |> Seq.tryFind File.Exists)

/// What came of opening a page.
type Opened =
    {
        /// The document once its scripts have run.
        Document: string
        /// Addresses that the page, not the browser on its own behalf, asked a network for.
        Fetched: string list
    }

/// Requests with a page's origin; the browser's own have "not an origin".
let private fetched (log: string) =
    use document = JsonDocument.Parse(File.ReadAllText log)

    [ for event in document.RootElement.GetProperty("events").EnumerateArray() do
          match event.TryGetProperty "params" with
          | true, values when values.ValueKind = JsonValueKind.Object ->
              match values.TryGetProperty "url", values.TryGetProperty "initiator" with
              | (true, url), (true, initiator) when initiator.GetString() <> "not an origin" ->
                  let address = url.GetString()

                  if
                      not (
                          address.StartsWith "file:"
                          || address.StartsWith "data:"
                          || address.StartsWith "blob:"
                      )
                  then
                      address
              | _ -> ()
          | _ -> () ]

/// Opens a file as a page; the test is skipped where no browser is found.
let openPage (file: string) : Opened =
    match program.Value with
    | None -> skiptest "none of chromium, chromium-browser, google-chrome is on the PATH"
    | Some browser ->
        let profile = Directory.CreateTempSubdirectory "redshift-browser-"

        try
            let log = Path.Combine(profile.FullName, "net-log.json")

            use running =
                new Command.Running(
                    browser,
                    profile.FullName,
                    [ "--headless"
                      "--no-sandbox"
                      "--disable-gpu"
                      "--disable-quic"
                      "--no-first-run"
                      "--disable-background-networking"
                      "--disable-component-update"
                      "--disable-sync"
                      "--disable-dev-shm-usage"
                      "--host-resolver-rules=MAP * ~NOTFOUND"
                      $"--user-data-dir={profile.FullName}"
                      $"--log-net-log={log}"
                      "--window-size=1280,1024"
                      "--virtual-time-budget=20000"
                      "--dump-dom"
                      Uri(file).AbsoluteUri ]
                )

            let finished = running.Finish()
            Expect.equal finished.ExitCode 0 $"{browser}: {finished.Error}"

            { Document = finished.Output
              Fetched = fetched log }
        finally
            profile.Delete true
