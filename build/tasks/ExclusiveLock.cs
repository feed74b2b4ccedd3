using System;
using System.IO;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Holds a file that one build at a time may hold, from this task to the one with <c>Release</c>, or to the end of
/// the build if that fails in between. The system frees it when a process dies, so it is never stale.
/// </summary>
public class ExclusiveLock : Task
{
    [Required]
    public string File { get; set; }

    public bool Release { get; set; }

    public override bool Execute()
    {
        var engine = (IBuildEngine4)BuildEngine;
        var key = "ExclusiveLock " + File;
        if (Release)
        {
            (engine.UnregisterTaskObject(key, RegisteredTaskObjectLifetime.Build) as IDisposable)?.Dispose();
            return true;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(File));
        for (var told = false; ; Thread.Sleep(100))
        {
            try
            {
                var stream = new FileStream(File, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                engine.RegisterTaskObject(key, stream, RegisteredTaskObjectLifetime.Build, false);
                return true;
            }
            catch (IOException) when (System.IO.File.Exists(File))
            {
                if (!told)
                {
                    Log.LogMessage(MessageImportance.High, "Waiting for another build that fetches the packages.");
                    told = true;
                }
            }
        }
    }
}
