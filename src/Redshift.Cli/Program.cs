using Redshift.Cli;

return await CommandLine.RunAsync(args);
